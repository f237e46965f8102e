# SPDX-License-Identifier: MIT
"""A Home Assistant that only knows MQTT: it follows the documented rules of discovery, keeps the
entities and shows what they would show. A restart forgets everything but what is retained."""
import json

import ha_schema as schema
from mqtt_client import Client


class Entity:
    def __init__(self, key, config, device):
        self.key, self.config, self.device = key, config, device
        self.state, self.attributes, self.events = "never", {}, []

    def __repr__(self):
        return f"{self.config['unique_id']}={self.state!r}"


class Home(Client):
    def __init__(self, port, prefix="homeassistant", client_id="home"):
        super().__init__(port, client_id, self.heard)
        self.prefix, self.faults = prefix, []
        self.forget()

    def forget(self):
        self.devices, self.available, self.subscribed = {}, {}, set()

    def start(self):
        """As after a restart: subscribes first, says online then."""
        self.forget()
        self.connect()
        self.subscribe(f"{self.prefix}/device/+/config", f"{self.prefix}/device/+/+/config")
        self.publish(f"{self.prefix}/status", "online")
        return self

    # ---- what comes

    def heard(self, m):
        try:
            self.handle(m)
        except (schema.Fault, ValueError) as fault:
            self.faults.append(f"{m.topic}: {fault}")

    def handle(self, m):
        found = schema.DISCOVERY_TOPIC.match(m.topic)
        if found:
            self.discover(found.group("id"), m.payload)
            return
        for e in self.entities():
            if m.topic == e.config.get("availability_topic"):
                self.available[m.topic] = m.payload == e.config.get("payload_available", "online")
            if m.topic == e.config.get("json_attributes_topic") and m.payload:
                e.attributes = schema.attributes_of(m.payload)
            if m.topic != e.config.get("state_topic"):
                continue
            if e.config["platform"] != "event":
                e.state = schema.state_of(e.config, m.payload)
            elif not m.retain:  # retained events are ignored
                e.events.append(schema.event_of(e.config, m.payload))
                e.state = e.events[-1][0]

    def discover(self, device, payload):
        if not payload:
            self.devices.pop(device, None)
            return
        components, info = schema.device_config(payload)
        old = self.devices.get(device, {})
        self.devices[device] = {k: old[k] if k in old and old[k].config == c else Entity(k, c, info) for k, c in components.items()}
        ids = [e.config["unique_id"] for e in self.entities()]
        schema.need(len(ids) == len(set(ids)), "a unique_id twice")
        topics = {t for e in self.entities() for t in (e.config.get(n) for n in (
            "state_topic", "json_attributes_topic", "availability_topic")) if t}
        fresh = sorted(topics - self.subscribed)
        self.subscribed |= topics
        if fresh:
            self.subscribe_soon(*fresh)

    # ---- what is asked

    def entities(self):
        return [e for device in self.devices.values() for e in device.values()]

    def entity(self, person, key):
        return self.devices[f"dozed_{person}"][key]

    def shows(self, person, key):
        device = self.devices.get(f"dozed_{person}")
        return device[key].state if device else "never"

    def is_available(self):
        return bool(self.available) and all(self.available.values())

    def silent(self):
        """Entities that nobody has told anything yet; events and buttons have no state."""
        return [e for e in self.entities() if e.state == "never" and e.config["platform"] not in ("event", "button")]

    def unknown(self):
        return [e for e in self.entities() if e.state is None]

    # ---- what a person does

    def slide(self, person, key, value):
        c = self.entity(person, key).config
        self.publish(c["command_topic"], str(value))

    def press(self, person, key):
        c = self.entity(person, key).config
        self.publish(c["command_topic"], c.get("payload_press", "PRESS"))


def retained(port):
    """Everything that a broker keeps, as somebody would find it who comes late: {topic: text}."""
    c = Client(port, "late")
    c.connect()
    c.subscribe("#")
    c.publish("test/end", "")
    c.until(lambda: any(m.topic == "test/end" for m in c.messages), "the end of what is retained")
    c.close()
    return {m.topic: m.payload for m in c.messages if m.retain and m.payload}


def keys(value, path=""):
    """Every key of a JSON text, with its path."""
    if isinstance(value, str) and path == "":
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, dict):
        for k, v in value.items():
            yield f"{path}/{k}"
            yield from keys(v, f"{path}/{k}")
    elif isinstance(value, list):
        for i, v in enumerate(value):
            yield from keys(v, f"{path}/{i}")
