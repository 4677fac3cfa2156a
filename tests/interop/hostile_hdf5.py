"""Makes the HDF5 files of tests/data/hostile_hdf5.zip: `python hostile_hdf5.py OUT.zip`.

Each has, or pretends to have, a float32 dataset of shape (2, 3) at /layers/dense/vars/0.
"""

import io
import sys
import zipfile

import h5py
import numpy as np

ONE = np.arange(6, dtype="<f4").reshape(2, 3)


def made(fill):
    """The bytes of a file with what `fill` does to the group of the layer."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        fill(file.create_group("layers/dense/vars"))
    return buffer.getvalue()


def linked(link):
    return made(lambda group: group.__setitem__("0", link))


def dataset(*arguments, **options):
    return made(lambda group: group.create_dataset("0", *arguments, **options))


def virtual(group):
    layout = h5py.VirtualLayout((2, 3), "<f4")
    layout[:] = h5py.VirtualSource("/etc/hostname", "0", (2, 3))
    group.create_virtual_dataset("0", layout)


def soft_group(group):
    group.parent.move("vars", "away")
    group.parent["vars"] = h5py.SoftLink("/layers/dense/away")
    group.create_dataset("0", data=ONE)


def missing_chunk(group):
    group.create_dataset("0", (2, 3), "<f4", chunks=(1, 3))[0] = 1


def dataset_for_group(group):
    parent = group.parent
    del parent["vars"]
    parent.create_dataset("vars", data=ONE)


def one_too_many(group):
    group.create_dataset("0", data=ONE)
    group.create_dataset("1", data=ONE)


def cycle(group):
    file = group.file
    del file["layers"]["dense"]
    file["layers"]["layers"] = file["layers"]


def deep(group):
    for _ in range(300):
        group = group.create_group("g")


def deflated(group):
    group.create_dataset("0", data=ONE, chunks=(1, 2), compression="gzip")
    group.create_dataset("1", data=np.array([0.5, -1, 2048], "<f2"))
    group.create_dataset("2", data=np.array([-7, 7], "<i8"), compression="gzip")


def files():
    compound = np.zeros((2, 3), [("a", "<f4"), ("b", "<i4")])
    whole = dataset(data=ONE)
    return {
        "external_link.h5": linked(h5py.ExternalLink("/etc/hostname", "/0")),
        "soft_link.h5": linked(h5py.SoftLink("/layers")),
        "soft_link_group.h5": made(soft_group),
        "external_storage.h5": dataset((2, 3), "<f4", external=[("/etc/hostname", 0, 24)]),
        "virtual.h5": made(virtual),
        "never_written.h5": dataset((2, 3), "<f4"),
        "missing_chunk.h5": made(missing_chunk),
        "huge_chunk.h5": dataset(
            (2, 3), "<f4", maxshape=(None, None), chunks=(1 << 14, 1 << 14)
        ),
        "huge_shape.h5": dataset((1 << 50,), "<f4", chunks=(1 << 20,)),
        "transposed.h5": dataset(data=ONE.T.copy()),
        "shuffle.h5": dataset(data=ONE, compression="gzip", shuffle=True),
        "lzf.h5": dataset(data=ONE, compression="lzf"),
        "strings.h5": dataset(data=np.full((2, 3), "a", object), dtype=h5py.string_dtype()),
        "compound.h5": dataset(data=compound),
        "big_endian.h5": dataset(data=ONE.astype(">f4")),
        "group_for_dataset.h5": made(lambda group: group.create_group("0")),
        "dataset_for_group.h5": made(dataset_for_group),
        "one_too_many.h5": made(one_too_many),
        "lacks.h5": made(lambda group: group.create_dataset("1", data=ONE)),
        "cycle.h5": made(cycle),
        "deep.h5": made(deep),
        "truncated.h5": whole[: len(whole) // 2],
        "text.h5": b"no HDF5 at all\n",
        "deflated.h5": made(deflated),
    }


if __name__ == "__main__":
    with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files().items():
            out.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
