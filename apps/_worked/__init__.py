"""The rows of ``apps.worked_examples``, a file a topic: each works one slide's numbers out, step by step."""
