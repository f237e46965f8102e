/* SPDX-License-Identifier: MIT */
/* The fields of the sleep_as_android reader, a table of their own for its length. */
#pragma once

#include "reader.h"

extern const struct field saa_fields[]; /* ends with path == NULL */
