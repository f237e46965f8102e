# SPDX-License-Identifier: MIT
"""What Home Assistant allows in a message of its MQTT device discovery, as far as dozed's
components go, and how it renders what arrives for them.

Written down from its documentation (home-assistant.io/integrations: mqtt, sensor.mqtt,
binary_sensor.mqtt, number.mqtt, button.mqtt, event.mqtt) and from the schemas of its source
as of 2026 (homeassistant/components/mqtt: schemas.py, abbreviations.py, sensor.py,
binary_sensor.py, number.py, button.py, event.py). It is harsher than the original in one way:
there unknown keys of a component are dropped in silence, here they are a fault."""
import json
import re
from datetime import datetime

ROOT_ABBREVIATIONS = {"dev": "device", "o": "origin", "cmps": "components", "avty": "availability",
                      "avty_t": "availability_topic", "avty_mode": "availability_mode", "pl_avail": "payload_available",
                      "pl_not_avail": "payload_not_available", "stat_t": "state_topic", "cmd_t": "command_topic", "e": "encoding"}
DEVICE_ABBREVIATIONS = {"cu": "configuration_url", "cns": "connections", "ids": "identifiers", "mf": "manufacturer", "mdl": "model",
                        "mdl_id": "model_id", "hw": "hw_version", "sw": "sw_version", "sa": "suggested_area", "sn": "serial_number"}
ORIGIN_ABBREVIATIONS = {"sw": "sw_version", "url": "support_url"}
COMPONENT_ABBREVIATIONS = {"p": "platform", "uniq_id": "unique_id", "def_ent_id": "default_entity_id", "dev_cla": "device_class",
                           "unit_of_meas": "unit_of_measurement", "val_tpl": "value_template", "stat_t": "state_topic",
                           "cmd_t": "command_topic", "ic": "icon", "ent_cat": "entity_category", "exp_aft": "expire_after",
                           "ops": "options", "pl_on": "payload_on", "pl_off": "payload_off", "pl_prs": "payload_press",
                           "pl_rst": "payload_reset", "stat_cla": "state_class", "json_attr_t": "json_attributes_topic",
                           "json_attr_tpl": "json_attributes_template", "evt_typ": "event_types", "ret": "retain", "opt": "optimistic"}

AVAILABILITY = {"availability", "availability_mode", "availability_template", "availability_topic", "payload_available",
                "payload_not_available"}
ROOT = AVAILABILITY | {"device", "origin", "components", "state_topic", "command_topic", "qos", "encoding"}
DEVICE = {"identifiers", "connections", "manufacturer", "model", "model_id", "name", "hw_version", "serial_number", "sw_version",
          "via_device", "suggested_area", "configuration_url"}
ORIGIN = {"name", "sw_version", "support_url"}
COMMON = AVAILABILITY | {"platform", "name", "unique_id", "default_entity_id", "enabled_by_default", "entity_category",
                         "entity_picture", "icon", "json_attributes_topic", "json_attributes_template", "qos", "encoding"}
COMPONENTS = {  # platform: (required, allowed beside COMMON)
    "sensor": ({"state_topic"}, {"state_topic", "value_template", "device_class", "expire_after", "force_update",
                                 "last_reset_value_template", "options", "suggested_display_precision", "state_class",
                                 "unit_of_measurement"}),
    "binary_sensor": ({"state_topic"}, {"state_topic", "value_template", "device_class", "expire_after", "force_update",
                                        "off_delay", "payload_on", "payload_off"}),
    "number": ({"command_topic"}, {"command_topic", "command_template", "state_topic", "value_template", "device_class", "min",
                                   "max", "mode", "step", "optimistic", "payload_reset", "retain", "unit_of_measurement"}),
    "button": ({"command_topic"}, {"command_topic", "command_template", "device_class", "payload_press", "retain"}),
    "event": ({"state_topic", "event_types"}, {"state_topic", "value_template", "device_class", "event_types"}),
}
# device classes of a sensor that dozed may want: their units, and the state classes they allow
SENSOR_CLASSES = {
    "enum": ({None}, {None}), "timestamp": ({None}, {None}),
    "duration": ({"d", "h", "min", "s", "ms", "µs"}, {None, "measurement", "total", "total_increasing"}),
}
STATE_CLASSES = {None, "measurement", "measurement_angle", "total", "total_increasing"}
# Of those of a binary sensor these show in red, as a fault of the house.
ALARMING = {"problem", "safety", "tamper", "smoke", "gas", "carbon_monoxide", "heat", "cold", "battery"}
DISCOVERY_TOPIC = re.compile(r"^(?P<prefix>.+)/device/(?P<id>[a-zA-Z0-9_-]+)/config$")
STATE_MAX = 255  # characters; longer ones are refused
ATTRIBUTES_MAX = 16384  # bytes; the recorder does not keep larger ones


class Fault(Exception):
    pass


def need(ok, what):
    if not ok:
        raise Fault(what)


def expanded(mapping, abbreviations, what):
    need(isinstance(mapping, dict), f"{what} is no object")
    out = {}
    for key, value in mapping.items():
        full = abbreviations.get(key, key)
        need(full not in out, f"{what}: {full} twice")
        out[full] = value
    return out


def topic(name, what, subscribe=True):
    need(isinstance(name, str) and 0 < len(name.encode()) <= 65535, f"{what}: no topic")
    need("\0" not in name and not re.search(r"[#+]", name), f"{what}: {name}")
    need(subscribe or not name.startswith("$"), f"{what}: {name}")


def check_sensor(c, what):
    device_class, unit, state_class = c.get("device_class"), c.get("unit_of_measurement"), c.get("state_class")
    need(state_class in STATE_CLASSES, f"{what}: state_class {state_class}")
    if device_class is not None:
        need(device_class in SENSOR_CLASSES, f"{what}: device_class {device_class}")
        units, states = SENSOR_CLASSES[device_class]
        need(unit in units, f"{what}: unit {unit} for {device_class}")
        need(state_class in states, f"{what}: state_class {state_class} for {device_class}")
    if "options" in c:
        need(device_class == "enum", f"{what}: options without enum")
        need(isinstance(c["options"], list) and c["options"], f"{what}: no options")
        need(len(set(c["options"])) == len(c["options"]), f"{what}: an option twice")
        need(unit is None and state_class is None, f"{what}: an enum is no number")
    need(device_class != "enum" or "options" in c, f"{what}: enum without options")
    need(c.get("entity_category") in (None, "diagnostic"), f"{what}: a sensor is no setting")


def check_binary_sensor(c, what):
    need(c.get("entity_category") in (None, "diagnostic"), f"{what}: a sensor is no setting")
    need(c.get("device_class") not in ALARMING, f"{what}: {c.get('device_class')} shows as an alarm")


def check_number(c, what):
    low, high, step = c.get("min", 1), c.get("max", 100), c.get("step", 1)
    need(low < high and step >= 1e-3, f"{what}: min, max, step")
    need(c.get("mode", "auto") in ("auto", "box", "slider"), f"{what}: mode")
    need("state_topic" in c, f"{what}: a slider without a state pretends")
    need(not c.get("retain"), f"{what}: a retained command is repeated at every start")


def check_button(c, what):
    need(not c.get("retain"), f"{what}: a retained command is repeated at every start")


def check_event(c, what):
    need(isinstance(c["event_types"], list) and all(isinstance(t, str) and t for t in c["event_types"]), f"{what}: event_types")
    need(len(set(c["event_types"])) == len(c["event_types"]), f"{what}: an event type twice")


OWN = {"sensor": check_sensor, "binary_sensor": check_binary_sensor, "number": check_number, "button": check_button,
       "event": check_event}


def component(key, given, shared):
    """One entry of cmps, with what it inherits."""
    what = f"component {key}"
    c = expanded(given, COMPONENT_ABBREVIATIONS, what)
    need(c.get("platform") in COMPONENTS, f"{what}: platform {c.get('platform')}")
    required, allowed = COMPONENTS[c["platform"]]
    unknown = set(c) - COMMON - allowed
    need(not unknown, f"{what}: unknown {sorted(unknown)}")
    for option in AVAILABILITY | {"state_topic", "command_topic", "qos", "encoding"}:
        if option in shared and (option in allowed or option in COMMON):
            c.setdefault(option, shared[option])
    need(required <= set(c), f"{what}: missing {sorted(required - set(c))}")
    need(isinstance(c.get("unique_id"), str) and c["unique_id"], f"{what}: no unique_id")
    need(re.fullmatch(rf"{c['platform']}\.[a-z0-9](_?[a-z0-9]+)*", c.get("default_entity_id", "")) is not None,
         f"{what}: default_entity_id {c.get('default_entity_id')}")
    need(isinstance(c.get("name"), str) and c["name"].strip() == c["name"] != "", f"{what}: name")
    need(re.fullmatch(r"mdi:[a-z0-9-]+", c.get("icon", "mdi:x")) is not None, f"{what}: icon")
    need(c.get("entity_category") in (None, "config", "diagnostic"), f"{what}: entity_category")
    need(c.get("qos", 0) in (0, 1, 2), f"{what}: qos")
    expire = c.get("expire_after", 1)
    need(isinstance(expire, int) and expire > 0, f"{what}: expire_after")
    for name in ("state_topic", "json_attributes_topic", "availability_topic"):
        if name in c:
            topic(c[name], f"{what}: {name}")
    if "command_topic" in c:
        topic(c["command_topic"], f"{what}: command_topic", subscribe=False)
    OWN[c["platform"]](c, what)
    return c


def device_config(text):
    """A retained message: {key: component with all it inherits}, device. Raises Fault."""
    root = expanded(json.loads(text), ROOT_ABBREVIATIONS, "message")
    need(set(root) <= ROOT, f"message: unknown {sorted(set(root) - ROOT)}, which rejects all of it")
    need({"device", "origin", "components"} <= set(root), "message: device, origin, components")
    device = expanded(root["device"], DEVICE_ABBREVIATIONS, "device")
    need(set(device) <= DEVICE, f"device: unknown {sorted(set(device) - DEVICE)}")
    need(device.get("identifiers") or device.get("connections"), "device: nothing identifies it")
    origin = expanded(root["origin"], ORIGIN_ABBREVIATIONS, "origin")
    need(set(origin) <= ORIGIN and isinstance(origin.get("name"), str), "origin")
    need(not ("availability" in root and "availability_topic" in root), "message: availability twice")
    if "availability_topic" in root:
        topic(root["availability_topic"], "availability_topic")
    need(isinstance(root["components"], dict) and root["components"], "no components")
    return {key: component(key, c, root) for key, c in root["components"].items()}, device


# ---- what an entity shows ----------------------------------------------------------------

PLAIN = re.compile(r"\{\{ value_json\.(\w+) \}\}")
SHARE = re.compile(r"\{\{ \(value_json\.(\w+) \* 100\) \| round\(1\) if value_json\.(\w+) is number else none \}\}")


def render(template, payload):
    """The part of Jinja that dozed uses, as Home Assistant renders it."""
    if template is None:
        return payload
    data = json.loads(payload)
    plain, share = PLAIN.fullmatch(template), SHARE.fullmatch(template)
    need(plain or (share and share.group(1) == share.group(2)), f"a template nobody knows: {template}")
    key = (plain or share).group(1)
    need(key in data, f"the state has no {key}")
    value = data[key]
    if plain:
        need(not isinstance(value, (dict, list)), f"{key} is no scalar")
        return value if isinstance(value, str) else str(value)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(round(value * 100, 1)) if number else "None"


def state_of(c, payload):
    """What the entity shows: a value, or None for unknown. Raises Fault where Home Assistant
    would write a warning into its log."""
    shown = render(c.get("value_template"), payload)
    what = c["unique_id"]
    need(len(shown) <= STATE_MAX, f"{what}: too long")
    if c["platform"] == "binary_sensor":
        words = {c.get("payload_on", "ON"): True, c.get("payload_off", "OFF"): False, "None": None}
        need(shown in words, f"{what}: {shown}")
        return words[shown]
    if shown == (c.get("payload_reset", "None") if c["platform"] == "number" else "None"):
        return None
    if c["platform"] == "number":
        value = float(shown)
        need(c["min"] <= value <= c["max"] and (value - c["min"]) % c["step"] == 0, f"{what}: {value} is out of range")
        return value
    if c.get("unit_of_measurement") is not None or c.get("state_class") is not None:
        need(re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", shown) is not None, f"{what}: {shown} is no number")
        return float(shown)
    if c.get("device_class") == "enum":
        need(shown in c["options"], f"{what}: {shown} is not among {c['options']}")
    if c.get("device_class") == "timestamp":
        need(datetime.fromisoformat(shown).tzinfo is not None, f"{what}: {shown} has no zone")
    return shown


def event_of(c, payload):
    """(event type, attributes)"""
    data = json.loads(render(c.get("value_template"), payload))
    need(isinstance(data, dict) and data.get("event_type") in c["event_types"], f"{c['unique_id']}: {data}")
    return data.pop("event_type"), data


def attributes_of(payload):
    need(len(payload.encode()) <= ATTRIBUTES_MAX, f"attributes of {len(payload.encode())} bytes are not recorded")
    data = json.loads(payload)
    need(isinstance(data, dict), "attributes are no object")
    return data
