/* SPDX-License-Identifier: MIT */
/* Notices of the morning: built from what is known, worded, kept and told. f is the forecast
 * that one rests on; what stands in m->days[m->i] was told before. 0 or what io returned. */
#pragma once

#include "core/decide.h"
#include "core/notice.h"

/* The alert of a morning; of history it is kept and not told. kind: NOTICE_PAIN_DAY, or
 * NOTICE_CORRECTION where a good night was told before it. */
int tell_alert(const struct morning *m, const struct forecast *f, enum notice_kind kind,
	utc_ms at) must_check;
/* Its second revision: it no longer holds. */
int tell_all_clear(const struct morning *m, const struct forecast *f) must_check;
int tell_good_night(const struct morning *m, const struct forecast *f) must_check;
int tell_digest(const struct morning *m, const struct forecast *f) must_check;

/* No night has come for policy->no_data_ms, of somebody who had some of late: said once for each last
 * night. *ret_then is lowered to when it would be said. days[i]: the last with input, or today. */
int tell_no_data(const struct morning *m, utc_ms *ret_then) must_check;
