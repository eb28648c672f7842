"""Stands in for setuptools.build_meta while a source package is only downloaded.

The package client asks a source package's build backend for its metadata, which would run the package's own
code. Found first on PYTHONPATH, this answers with the name and version that were asked for instead.
"""

import os
import pathlib
import sys

__legacy__ = sys.modules[__name__]  # asked for by packages that name no backend


def get_requires_for_build_wheel(config_settings=None):
    return []


def get_requires_for_build_sdist(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    name = os.environ["AUTOSRE_PACKAGE_NAME"]
    version = os.environ["AUTOSRE_PACKAGE_VERSION"]
    folder = "{}-{}.dist-info".format(name.replace("-", "_"), version)
    path = pathlib.Path(metadata_directory, folder)
    path.mkdir()
    path.joinpath("METADATA").write_text(
        "Metadata-Version: 2.1\nName: {}\nVersion: {}\n".format(name, version))
    path.joinpath("WHEEL").write_text("Wheel-Version: 1.0\nGenerator: none\n")
    return folder
