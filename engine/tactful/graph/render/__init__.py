"""Shows a step graph: in the words of the flow, as Mermaid, as a drawing, or as JSON."""
