"""What makes a script an experiment.

    command, options    ``main(config)`` becomes a program: flags, one line for a user's error
    parsing, settings   what cannot be parsed or cannot work is refused in one line
    streams, packages   output in any encoding; what is not installed
    devices, machine    seed, CPU or GPU, precision; what this machine is
    runs, run           where a run is started, resumed and found again; the folder of one run
    variants, timing    several trainings in one run; the time that is left
    files               files that are whole or not there; files that come with the course
    card                card.json: what a saved model expects and returns
    judging             the best epoch, judged once on the test set
    results             the closing lines: the result against its band, and ``run: PATH``
    course              the table of contents, read from docstrings

Importing this package loads none of them.
"""
