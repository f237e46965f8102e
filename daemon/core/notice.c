/* SPDX-License-Identifier: MIT */
/* See notice.h. */
#include "core/notice.h"

const char *const notice_names[NOTICE_KINDS] = {NULL, "pain_day_expected", "correction",
	"all_clear", "good_night", "digest", "no_data", "sleep_prompt", "pain_prompt"};
