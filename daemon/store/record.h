/* SPDX-License-Identifier: MIT */
/* Nights, forecasts, alerts, decisions and notices as bytes and back, bit for bit. One table of fields per
 * record (record.c) serves both ways. */
#pragma once

#include "core/decision.h"
#include "core/notice.h"
#include "store/pack.h"

void record_pack_night(struct pack *p, const struct night *n);
void record_pack_forecast(struct pack *p, const struct forecast *f);
void record_pack_alert(struct pack *p, const struct alert *a);
void record_pack_decision(struct pack *p, const struct decision *d);
void record_pack_notice(struct pack *p, const struct notice *n);
/* 0, or -EUCLEAN where the bytes are none that this or an older dozed wrote. */
int record_unpack_night(const void *data, size_t size, struct night *ret) must_check;
int record_unpack_forecast(
	const void *data, size_t size, struct forecast *ret) must_check;
int record_unpack_alert(const void *data, size_t size, struct alert *ret) must_check;
int record_unpack_decision(
	const void *data, size_t size, struct decision *ret) must_check;
int record_unpack_notice(const void *data, size_t size, struct notice *ret) must_check;
