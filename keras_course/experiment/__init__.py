"""What makes a script an experiment.

    command, options    ``main(config)`` becomes a program: flags, one line for a user's error
    devices, machine    seed, CPU or GPU, precision; what this machine is
    runs, run           where a run is started, resumed and found again; the folder of one run
    choosing            which of an app's runs its bare name means
    variants            several trainings in one run
    files               files that are whole or not there; files that come with the course
    card                card.json: what a saved model expects and returns
    judging             the best epoch, judged once on the test set
    results             the closing lines: the result against its band, and ``run: PATH``
    course              the table of contents, read from docstrings

Importing this package loads none of them.
"""
