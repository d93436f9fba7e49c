import { readFileSync, statfsSync } from "node:fs";
import { storeError } from "./errors.js";

/**
 * File systems of Linux whose locks or shared memory SQLite cannot rely on, by the magic number of statfs(2).
 *
 * @see https://www.sqlite.org/wal.html, section 2.2: "WAL does not work over a network filesystem".
 */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x5346414f, "AFS"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x73757245, "Coda"],
  [0x47504653, "GPFS"],
]);

/** FUSE serves local disks (overlays of containers, NTFS) and remote ones alike: only the mount table tells. */
const fuseType = 0x65735546;
const remoteFuse = /^fuse\.(sshfs|s3fs|rclone|gcsfuse|glusterfs|davfs2?|curlftpfs|goofys|blobfuse2?|juicefs|mount-s3)/;

/**
 * Refuses a folder on a network file system. On other systems than Linux nothing is known and nothing refused.
 *
 * @throws AiwError `store_unsupported`.
 */
export function requireLocalDisk(folder: string): void {
  if (process.platform !== "linux") return;
  const kind = networkKind(statfsSync(folder).type, folder, readMounts);
  if (kind === undefined) return;
  throw storeError(
    "store_unsupported",
    `${folder} is on a network file system (${kind}), where the database would be damaged`,
  );
}

/** Name of the network file system, if it is one. @param mounts - Text of `/proc/self/mountinfo`. */
export function networkKind(type: number, folder: string, mounts: () => string): string | undefined {
  // The kernel's number is 32 bits wide; some libraries extend its sign.
  const magic = type >>> 0;
  if (magic !== fuseType) return networkTypes.get(magic);
  const kind = mountKind(folder, mounts());
  return remoteFuse.test(kind) ? kind : undefined;
}

/** Type of the innermost mount that holds the folder. */
function mountKind(folder: string, mounts: string): string {
  let best = { point: "", kind: "" };
  for (const line of mounts.split("\n")) {
    const [left = "", right = ""] = line.split(" - ");
    const point = (left.split(" ")[4] ?? "").replaceAll("\\040", " ");
    const holds = folder === point || folder.startsWith(point.endsWith("/") ? point : `${point}/`);
    if (point !== "" && holds && point.length >= best.point.length) best = { point, kind: right.split(" ")[0] ?? "" };
  }
  return best.kind;
}

function readMounts(): string {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    return "";
  }
}
