"""Writes ggml.json: what ggml's own reference quantizers make of the inputs that ggml.test.ts draws from the same generator.

usage: python3 ggml.py path/to/libggml-base.so > ggml.json      (made with llama.cpp v0.5.0, x86-64)
"""
import base64
import ctypes
import json
import sys

import numpy as np

MASK = 0xFFFFFFFF


def seeded(seed):
    """Mulberry32, as in src/core/formats/rounding.ts."""
    state = seed & MASK
    while True:
        state = (state + 0x6D2B79F5) & MASK
        t = ((state ^ (state >> 15)) * (state | 1)) & MASK
        t ^= (t + ((t ^ (t >> 7)) * (t | 61) & MASK)) & MASK
        yield ((t ^ (t >> 14)) & MASK) / 4294967296


def inputs():
    """Sums of 12 uniform numbers, exact in any language: plain, one-sided, shifted, heavy-tailed, constant and zero blocks."""
    random = seeded(1)
    x = np.array([sum(next(random) for _ in range(12)) - 6 for _ in range(1536)]).astype(np.float32)
    x[256:512] = np.abs(x[256:512])
    x[512:768] = x[512:768] * np.float32(0.01) - np.float32(1)
    x[768:1024] = x[768:1024] ** np.float32(3)
    x[1024:1056] = 0
    x[1056:1088] = np.float32(0.3)
    x[1088:1120] = np.float32(-0.3)
    x[1280:1536] *= np.float32(1e-3)
    return x


SIZES = {  # bytes and elements of a block, name of the C functions
    'q4_0': (18, 32, 'q4_0'),
    'q4_1': (20, 32, 'q4_1'),
    'q5_0': (22, 32, 'q5_0'),
    'q8_0': (34, 32, 'q8_0'),
    'iq4_nl': (18, 32, 'iq4_nl'),
    'q4_k': (144, 256, 'q4_K'),
    'q6_k': (210, 256, 'q6_K'),
    'mxfp4': (17, 32, 'mxfp4'),
}


def main():
    lib = ctypes.CDLL(sys.argv[1])
    x = inputs()
    result = {'inputs': base64.b64encode(x.tobytes()).decode()}
    for name, (size, block, c) in SIZES.items():
        coded = ctypes.create_string_buffer(size * len(x) // block)
        y = np.zeros_like(x)
        if name == 'iq4_nl':  # the reference version of this one skips the search
            lib.quantize_iq4_nl(x.ctypes, coded, ctypes.c_int64(1), ctypes.c_int64(len(x)), None)
        else:
            getattr(lib, f'quantize_row_{c}_ref')(x.ctypes, coded, ctypes.c_int64(len(x)))
        getattr(lib, f'dequantize_row_{c}')(coded, y.ctypes, ctypes.c_int64(len(x)))
        result[name] = base64.b64encode(y.tobytes()).decode()
    json.dump(result, sys.stdout, indent=1)


main()
