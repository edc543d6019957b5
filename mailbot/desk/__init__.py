"""The language and rules of a service desk: pure values and decisions.

Standard library only. Nothing here reads a clock, a file, a socket or a setting: time and policy are arguments.
"""
