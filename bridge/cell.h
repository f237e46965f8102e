/* SPDX-License-Identifier: MIT */
/* A value of a foreign database. */
#pragma once

#include <math.h>
#include <sqlite3.h>

/* NAN for what is no number: NULL, a text, bytes. */
static inline double
cell_number(sqlite3_stmt *q, int column)
{
	int type = sqlite3_column_type(q, column);

	return type == SQLITE_INTEGER || type == SQLITE_FLOAT
		       ? sqlite3_column_double(q, column)
		       : NAN;
}
