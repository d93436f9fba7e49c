import { expect, it } from "vitest";
import { networkKind, requireLocalDisk } from "./local-disk.js";

const mounts = [
  "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
  "30 22 0:40 / /home/ann/remote rw - fuse.sshfs ann@host: rw",
  "31 22 0:41 / /mnt/with\\040space rw - fuse.rclone drive: rw",
  "32 22 0:42 / /var/lib/overlay rw - fuse.fuse-overlayfs overlay rw",
].join("\n");

it("knows network file systems by their number", () => {
  expect(networkKind(0x6969, "/x", () => "")).toBe("NFS");
  expect(networkKind(0xff534d42 | 0, "/x", () => "")).toBe("CIFS");
  expect(networkKind(0xef53, "/x", () => "")).toBeUndefined();
});

it("tells remote from local FUSE mounts by the mount table", () => {
  const kind = (folder: string) => networkKind(0x65735546, folder, () => mounts);
  expect(kind("/home/ann/remote/project/.aiw")).toBe("fuse.sshfs");
  expect(kind("/mnt/with space")).toBe("fuse.rclone");
  expect(kind("/var/lib/overlay/x")).toBeUndefined();
  expect(kind("/home/ann/remote-not")).toBeUndefined();
});

it("accepts the disk of this machine", () => {
  expect(() => requireLocalDisk(import.meta.dirname)).not.toThrow();
});
