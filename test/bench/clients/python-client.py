"""A peer of the bench: reads one line, a PeerJob, does it with 64 threads, and says what it cost in one line."""

import json
import logging
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor

job = json.loads(sys.stdin.readline())
logging.disable(logging.CRITICAL)

if job["peer"] == "netmiko":
    import netmiko
    from netmiko import ConnectHandler

    try:
        from netmiko import NetmikoAuthenticationException as WrongPassword
    except ImportError:
        from netmiko import NetMikoAuthenticationException as WrongPassword

    def log_in(device, login):
        return ConnectHandler(
            device_type="cisco_ios",
            host=device["address"],
            port=device["port"],
            username=login["username"],
            password=login["password"],
            # Older ones wait for fixed times, and find no prompt when these are cut short.
            fast_cli=int(netmiko.__version__.split(".")[0]) >= 4,
        )

    def capture(connection):
        return connection.send_command("show running-config")

    def close(connection):
        connection.disconnect()

else:
    import socket

    import paramiko

    WrongPassword = paramiko.AuthenticationException

    def log_in(device, login):
        raw = socket.create_connection((device["address"], device["port"]))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport = paramiko.Transport(raw)
        transport.start_client()
        try:
            transport.auth_password(login["username"], login["password"], fallback=False)
        except WrongPassword:
            transport.close()
            raise
        return transport

    def capture(transport):
        channel = transport.open_session()
        channel.exec_command("show running-config")
        chunks = []
        while chunk := channel.recv(65536):
            chunks.append(chunk)
        return b"".join(chunks).decode()

    def close(transport):
        transport.close()


def visit(device):
    for login in device["logins"]:
        try:
            connection = log_in(device, login)
        except WrongPassword:
            continue
        try:
            if job["task"] == "backup":
                return len(capture(connection)) > 1000
            return True
        finally:
            close(connection)
    return False


def cpu_ms():
    own = resource.getrusage(resource.RUSAGE_SELF)
    return (own.ru_utime + own.ru_stime) * 1000


loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
cpu_before = cpu_ms()
before = time.monotonic()
with ThreadPoolExecutor(job["threads"]) as pool:
    succeeded = sum(pool.map(visit, job["devices"]))
wall = (time.monotonic() - before) * 1000
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(
    json.dumps(
        {"wallMs": wall, "cpuMs": cpu_ms() - cpu_before, "peakMb": peak, "grownMb": peak - loaded, "succeeded": succeeded, "more": {}}
    )
)
