import * as z from "zod";
import { AiwError } from "../errors.js";
import { once } from "../once.js";
import { compileFastCheck } from "./fast-check.js";
import { newEventSchema } from "./schema.js";

/** Version in every event's envelope. */
export const eventVersion = 1;

/** An event before the store gives it run, sequence number and time. */
export type NewEvent = z.infer<ReturnType<typeof newEventSchema>>;

/** Name of an event: `noun.past_participle`. */
export type EventType = NewEvent["type"];

/** The data of one type of event. */
export type EventData<T extends EventType> = Extract<NewEvent, { type: T }>["data"];

/** What every stored event has besides type, step and data. */
export interface EventEnvelope {
  readonly v: number;
  readonly run: string;
  /** 1 for the first event of a run, without gaps. */
  readonly seq: number;
  /** Milliseconds since the epoch, by the writer's clock. */
  readonly at: number;
}

/** An event as it stands in the journal. */
export type StoredEvent = NewEvent & EventEnvelope;

/** What led to the end of an attempt: retry the same agent, go to the next, ask a person, or stop. */
export type NextMove = EventData<"step.attempt_failed">["next"];

const fastCheck = once(() => compileFastCheck(newEventSchema()));

/**
 * Checks an event before it is appended.
 *
 * @throws AiwError `internal` when the event does not fit the union: a bug of the writer.
 */
export function checkEvent(event: NewEvent): NewEvent {
  if (fastCheck()(event)) return event;
  const result = newEventSchema().safeParse(event);
  if (result.success) return event;
  throw new AiwError(
    "internal",
    `event ${String(event.type)} does not fit its schema: ${z.prettifyError(result.error)}`,
  );
}
