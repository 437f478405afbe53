"""Reads the text of one cell, as people and spreadsheets write it, or says why it cannot.

What reads two ways is refused, unless its whole column can only be meant one way.
"""
