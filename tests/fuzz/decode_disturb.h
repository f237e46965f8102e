/* SPDX-License-Identifier: MIT */
/* One wrong value in a batch that is about to be packed. */
#pragma once

#include <dozed/v1/batch.pb-c.h>

#include "decode_cases.h"

void case_disturb(Dozed__V1__Batch *b, uint64_t *seed);
