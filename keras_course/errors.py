"""The one exception of the package's own: what a person can put right."""


class UserError(ValueError):
    """Something that was given to the library cannot be used: an argument, a file, a folder, a setting.

    The message is one line that says what is wrong, where, and what would do. An app prints it and leaves with exit
    status 2; any other ValueError is a bug of the course and shows its traceback.
    """
