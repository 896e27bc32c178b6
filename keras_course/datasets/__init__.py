"""Loaders: a path, a file in ``data_dir``, the official download, else data that needs no network.

digits      MNIST, any .npz file like it, or scikit-learn's 1,797 digits
pictures    a picture file of one handwritten digit -> 28x28 as MNIST's
arrays      labelled pictures in .npz files: checks, splits
download    fetch with a checksum
"""
