import { describe, expect, it } from "vitest";
import { faultOfCron } from "./cron.js";

describe("faultOfCron", () => {
  it.each([
    "* * * * *",
    "0 7 * * mon-fri",
    "*/5 8-18/2 1,15 * *",
    "59 23 31 12 7",
    "0 0 29 2 *",
    "0 0 31 2 mon",
    "5/10 0 * JAN,dec SUN",
    "  0   7 * * * ",
  ])("finds nothing wrong with '%s'", (text) => {
    expect(faultOfCron(text)).toBeUndefined();
  });

  it.each([
    ["", "has 0 fields"],
    ["0 7 * *", "has 4 fields"],
    ["0 0 7 * * *", "has 6 fields"],
    ["@daily", "has 1 fields"],
    ["60 * * * *", "cannot have '60' as minute"],
    ["* 24 * * *", "cannot have '24' as hour"],
    ["* * 0 * *", "cannot have '0' as day of the month"],
    ["* * * 13 *", "cannot have '13' as month"],
    ["* * * * 8", "cannot have '8' as day of the week"],
    ["* * * * monday", "cannot have 'monday' as day of the week"],
    ["* * * * fri-mon", "cannot have 'fri-mon' as day of the week"],
    ["*/0 * * * *", "cannot have '*/0' as minute"],
    ["*/90 * * * *", "cannot have '*/90' as minute"],
    ["*-5 * * * *", "cannot have '*-5' as minute"],
    ["1,,2 * * * *", "cannot have '' as minute"],
    ["1.5 * * * *", "cannot have '1.5' as minute"],
    ["0 0 31 4,6 *", "names a day that never comes"],
    ["0 0 30 feb *", "names a day that never comes"],
  ])("says what is wrong with '%s'", (text, fault) => {
    expect(faultOfCron(text)).toContain(fault);
  });
});
