/* SPDX-License-Identifier: MIT */
/* The columns of the csv reader as --explain names them. */
#pragma once

#include "reader.h"

extern const struct field csv_fields[];
/* The name under which a column is counted: its own, or one for all that nobody knows. Static. */
const char *csv_field_name(const char *column);
