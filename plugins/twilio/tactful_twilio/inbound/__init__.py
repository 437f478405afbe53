"""What Twilio tells us over HTTP: what became of messages, what people write, how calls go."""
