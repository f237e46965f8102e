/* SPDX-License-Identifier: MIT */
/* The fields of the garmin reader, a table of their own for its length. */
#pragma once

#include "reader.h"

extern const struct field garmin_fields[]; /* ends with path == NULL */
