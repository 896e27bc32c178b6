"""The slides' mathematics by hand: NumPy only, short functions, loops where the loop is the lesson.

    neuron, networks, activations, losses     forward, what it costs, and back again by the chain rule
    optimizers, landscapes, cake_walk         gradient descent in three sizes, seven optimisers, where they walk
    initializers, normalization               where weights begin; numbers kept in hand; dropout
    convolution, pooling, kernels, convnet    a window that slides, and a ConvNet that learns digits
    x_and_o, letters, features, points, regions    deck 4's letters; features made by hand; points to split
    recurrent, gates                          networks with memory, and one whose gates are set by hand
    boltzmann                                 energies and probabilities, enumerated and sampled
    gradient_check                            is a derivative right?

Every function is held against Keras and against numerical gradients in the tests; the slides' own numbers stand in the
docstrings as examples that run.
"""
