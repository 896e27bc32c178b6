"""What makes a script an experiment.

    command, options    ``main(config)`` becomes a program: flags, one line for a user's error
    parsing, settings   the command line read; settings that cannot work refused before anything is made
    streams, packages   what output can print, and is quiet about; an old Python or a missing package
    devices, machine    seed, CPU or GPU, precision; what this machine is
    runs, run           where a run is started, resumed and found again; the folder of one run
    choosing            which of an app's runs its bare name means
    cleanup             a start that fails leaves no folder
    variants, timing    several trainings in one run; the time that is left
    files               files that are whole or not there; files that come with the course
    card                card.json: what a saved model expects and returns
    efficiency          the network's FLOPs, and the share of the device's peak that training has reached
    judging             the best epoch, judged once on the test set
    results, report     the closing lines: the result against its band, and ``run: PATH``; report.html
    bands               what the same experiment gave with other seeds, and where a new run should lie
    course              the table of contents, read from docstrings
    slide_index         the slides' titles and terms, which ``read_decks`` has made from the decks
    glossary, answers   ``--word`` and ``--answers``

Importing this package loads none of them.
"""
