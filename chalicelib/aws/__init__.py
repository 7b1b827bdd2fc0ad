"""Asks AWS through the callables it was handed; JSON objects, absences and gaps come out."""
