import type { NetworkConfig } from "@flor/config";
import { verifySignature } from "@flor/host";
import { Roster } from "@flor/membership";
import { RecordsFile } from "./records-file.ts";

/** Adds records to the file of a network whose node does not run. @throws Error when one is refused */
export function saveRecords(network: NetworkConfig, records: readonly Uint8Array[]): void {
  const roster = new Roster({ root: network.root, verify: verifySignature });
  roster.restore([...RecordsFile.read(network.recordsFile), ...records], Date.now());
  const file = new RecordsFile({
    path: network.recordsFile,
    records: () => roster.records.values(),
    handleFailed: (problem) => {
      throw new Error(`${network.recordsFile} cannot be written: ${problem}`);
    },
  });
  file.changed();
  file.close();
}
