/* SPDX-License-Identifier: MIT */
/* A person's entities for Home Assistant, as one message of its MQTT device discovery: retained
 * at <prefix>/device/dozed_<person>/config, and nobody writes YAML. Pure. One table
 * (homeassistant.c) holds all entities; their values are the keys of dozed/<person>/state.
 *
 * outlook_high has no device class: "problem", the only one that would fit, shows red and
 * reads as an alarm, and a forecast that is often wrong is none.
 * A key that is not known is null in the state, which `{{ value_json.key }}` renders as
 * "None" and Home Assistant shows as unknown, never as 0. */
#pragma once

#include "core/person.h"
#include "out/encode.h"

/* A night whose end lies this far behind is no "last night" any more: 24 h to the end of the
 * next, and half a day for a long lie-in or a late sync. The state that is published leaves it
 * out from then on; expire_after is the same number, for the day when nobody publishes: the
 * daemon tells a new state at every local midnight at the latest. */
#define HOMEASSISTANT_FRESH_MS (36 * HOUR_MS)

#define HOMEASSISTANT_TOPIC_LEN 160
/* Where the message is retained; an empty one there removes the person. */
const char *homeassistant_topic(
	const char *prefix, const char *person, char ret[static HOMEASSISTANT_TOPIC_LEN]);
/* root: of all topics, "dozed". Names are in the person's language. */
struct bytes homeassistant_config(const char *root, const struct person *who);
