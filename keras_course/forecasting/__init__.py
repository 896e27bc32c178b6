"""Forecasts of a series: windows, baselines, calibrated quantiles, measures, the forecaster."""
