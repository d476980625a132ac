"""A peer of the bench that is a program of its own: RANCID's clogin, or Ansible with network_cli. Reads one line, a ToolJob, has it
save the running configuration of each device, so many at once, and says what it cost in one line."""

import base64
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

job = json.loads(sys.stdin.readline())
devices = job["devices"]


def write(path, text):
    path.write_text(text)
    path.chmod(0o600)


def known_hosts():
    for device in devices:
        blob = base64.b64decode(device["hostKey"])
        kind = blob[4 : 4 + int.from_bytes(blob[:4], "big")].decode()
        yield f"[{device['address']}]:{device['port']} {kind} {device['hostKey']}\n"


def rancid(folder):
    hosts = folder / "known_hosts"
    write(hosts, "".join(known_hosts()))
    lines = [f"add sshcmd * {{ssh\\ -F\\ none\\ -o\\ StrictHostKeyChecking=yes\\ -o\\ UserKnownHostsFile={hosts}}}\n"]
    for device in devices:
        login, at = device["logins"][0], device["address"]
        lines.append(f"add user {at} {{{login['username']}}}\n")
        lines.append(f"add password {at} {{{login['password']}}} {{{login['password']}}}\n")
        lines.append(f"add method {at} {{ssh:{device['port']}}}\nadd autoenable {at} {{1}}\n")
    write(folder / "cloginrc", "".join(lines))

    def capture(device):
        words = [job["program"], "-f", folder / "cloginrc", "-t", "60", "-c", "show running-config", device["address"]]
        with open(folder / device["name"], "wb") as output:
            subprocess.run(words, stdout=output, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    with ThreadPoolExecutor(job["atOnce"]) as pool:
        list(pool.map(capture, devices))


def ansible(folder):
    hosts = {
        device["name"]: {
            "ansible_host": device["address"],
            "ansible_port": device["port"],
            "ansible_user": device["logins"][0]["username"],
            "ansible_password": device["logins"][0]["password"],
        }
        for device in devices
    }
    common = {
        "ansible_connection": "ansible.netcommon.network_cli",
        "ansible_network_os": "cisco.ios.ios",
        "ansible_network_cli_ssh_type": "paramiko",
        "ansible_python_interpreter": sys.executable,
    }
    write(folder / "hosts.json", json.dumps({"all": {"hosts": hosts, "vars": common}}))
    options = {"dir_path": str(folder), "filename": "{{ inventory_hostname }}"}
    task = {"cisco.ios.ios_config": {"backup": True, "backup_options": options}}
    write(folder / "play.json", json.dumps([{"hosts": "all", "gather_facts": False, "tasks": [task]}]))
    settings = "[defaults]\nhost_key_checking = False\n[persistent_connection]\nconnect_timeout = 60\ncommand_timeout = 60\n"
    write(folder / "ansible.cfg", settings)
    words = [job["program"], "-f", str(job["atOnce"]), "-i", folder / "hosts.json", folder / "play.json"]
    env = {**os.environ, "HOME": str(folder), "ANSIBLE_CONFIG": str(folder / "ansible.cfg"), "ANSIBLE_LOCAL_TEMP": str(folder)}
    subprocess.run(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


def is_whole(path):
    return path.exists() and path.stat().st_size > 1000 and "\nend" in path.read_text(errors="replace")[-200:]


def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (usage.ru_utime + usage.ru_stime) * 1000


with tempfile.TemporaryDirectory() as name:
    before = time.monotonic()
    {"rancid": rancid, "ansible": ansible}[job["tool"]](Path(name))
    wall = (time.monotonic() - before) * 1000
    succeeded = sum(is_whole(Path(name) / device["name"]) for device in devices)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps({"wallMs": wall, "cpuMs": spent(), "peakMb": peak, "grownMb": peak, "succeeded": succeeded, "more": {}}))
