import { describe, expect, it } from "vitest";
import { DatagramSizer } from "./datagram-sizer.ts";

describe("datagram sizer", () => {
  it("doubles to the ceiling while nothing is lost", () => {
    const sizer = new DatagramSizer(1400, 16_000);
    const sizes = [1, 2, 3, 4, 5].map((thousands) => {
      sizer.update(thousands * 1000, 0);
      return sizer.size;
    });
    expect(sizes).toEqual([2800, 5600, 11_200, 16_000, 16_000]);
  });

  it("falls to the base as soon as more than a two-hundredth is lost", () => {
    const sizer = new DatagramSizer(1400, 16_000);
    sizer.update(1000, 0);
    sizer.update(1100, 6);
    expect(sizer.size).toBe(1400);
  });

  it("keeps its size between a thousandth and a two-hundredth", () => {
    const sizer = new DatagramSizer(1400, 16_000);
    sizer.update(1000, 0);
    sizer.update(2000, 2);
    sizer.update(3000, 7);
    expect(sizer.size).toBe(2800);
  });

  it("starts again at the base of a path that takes less, and keeps what a larger one takes", () => {
    const sizer = new DatagramSizer(1400, 16_000);
    sizer.update(1000, 0);
    sizer.setBounds(1400, 9000);
    expect(sizer.size).toBe(2800);
    sizer.setBounds(1400, 2000);
    expect(sizer.size).toBe(1400);
    sizer.setBounds(1500, 1000);
    expect(sizer.size).toBe(1500);
  });
});
