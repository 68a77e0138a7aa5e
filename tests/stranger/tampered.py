#!/usr/bin/env python3
"""Changes every byte of every file of the given draws, in two ways, and asks verify.py; prints what it let pass.
usage: tampered.py FOLDER…"""
import os, sys
from verify import verify

NAMES = ("candidates.tsv", "order.json", "reveals.json", "result.json")
passed = tried = 0
for folder in sys.argv[1:]:
    files = [open(os.path.join(folder, name), "rb").read() for name in NAMES]
    verify(*files)
    for which, data in enumerate(files):
        changes = [data[:at] + bytes([data[at] ^ bit]) + data[at + 1:] for at in range(len(data)) for bit in (1, 32)]
        changes += [data + b"x", data[:-1], b""]
        for changed in changes:
            tried += 1
            try:
                verify(*[changed if i == which else other for i, other in enumerate(files)])
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
            passed += 1
            print(folder, NAMES[which], changed[:200])
print(f"{tried} changed draws, {passed} passed")
sys.exit(passed > 0 or tried == 0)
