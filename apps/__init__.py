"""The experiments: ``python -m apps.NAME`` runs one, ``python -m apps`` lists them."""
