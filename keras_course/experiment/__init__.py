"""What makes a script an experiment: runs, cards, results, devices, the command line."""
