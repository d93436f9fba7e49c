import { once } from "node:events";
import { createServer } from "node:http";

/** A proxy on loopback that refuses everything and remembers who wanted out. */
export interface EgressLog {
  readonly url: string;
  /** Hosts that were asked for. */
  readonly wanted: readonly string[];
  close(): Promise<void>;
}

/** Starts the proxy on a free port. */
export async function startEgressLog(): Promise<EgressLog> {
  const wanted: string[] = [];
  const server = createServer((request, response) => {
    wanted.push(request.url ?? "?");
    response.writeHead(403).end();
  });
  server.on("connect", (request, socket) => {
    wanted.push(request.url ?? "?");
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy does not listen on a port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    wanted,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
