"""Measures in NumPy: how good is a model, and where is it wrong?"""
