// Prints what the page's modules say, as JSON, for tests in Python to compare with the other tiers.
import { readFileSync } from "node:fs";
import { parseAngles, PARTS } from "../../frontend/src/angles.ts";
import { readCamera } from "../../frontend/src/camera.ts";
import { FAILURE_CODES, hasEnded, KINDS, STAGES, STATES, UPLOAD_LIMIT_BYTES } from "../../frontend/src/contract.ts";
import { JUDGED, LOGGED, TOLD } from "../../frontend/src/inputs/spec.ts";
import { cs } from "../../frontend/src/strings/cs.ts";
import { en } from "../../frontend/src/strings/en.ts";
import { report } from "../../frontend/src/strings/report.cs.ts";
import { report as english } from "../../frontend/src/strings/report.en.ts";
import { LANGUAGES, translator } from "../../frontend/src/strings/index.ts";
import { methodOf, tellMoment } from "../../frontend/src/moment-words.ts";
import { readMoments } from "../../frontend/src/moments.ts";
import { readOffsetsLeftOut, tellOffsets } from "../../frontend/src/offsets.ts";
import { upOf } from "../../frontend/src/tilt.ts";
import { readMethods, tellAssumed } from "../../frontend/src/methods.ts";
import { readVerdict } from "../../frontend/src/verdict.ts";
import { nameOfRow, tellCategory, tellSentence } from "../../frontend/src/verdict-words.ts";
import { LIMITS, readZones, severityOf } from "../../frontend/src/zones.ts";

const commands = {
  contract: () => ({
    states: STATES, ended: STATES.filter(hasEnded), stages: STAGES, kinds: KINDS, codes: FAILURE_CODES,
    uploadLimitBytes: UPLOAD_LIMIT_BYTES,
    sentences: Object.fromEntries(FAILURE_CODES.map((code) => [code, en[`failure.${code}`]])),
  }),
  limits: () => LIMITS,
  inputs: () => [...TOLD, ...LOGGED, ...JUDGED],
  angles: (file) => {
    const { times, signals } = parseAngles(readFileSync(file, "utf8"));
    const lists = PARTS.map((part) => [part, [...signals[part]].map((value) => (Number.isNaN(value) ? null : value))]);
    const severities = PARTS.map((part) => [part, [...signals[part]].map((value) => severityOf(part, value))]);
    return { times: [...times], signals: Object.fromEntries(lists), severities: Object.fromEntries(severities) };
  },
  moments: (file) => {
    const worst = readMoments(JSON.parse(readFileSync(file, "utf8")));
    const tell = (moment, language) => {
      const t = translator(language);
      return { method: methodOf(moment.method, t), ...tellMoment(moment, t, language) };
    };
    return Object.fromEntries(LANGUAGES.map((language) => [language, worst.map((moment) => tell(moment, language))]));
  },
  camera: (file) => readCamera(JSON.parse(readFileSync(file, "utf8"))),
  strings: () => ({ cs, en }),
  report: () => ({ cs: report, en: english }),
  verdict: (file) => {
    const verdict = readVerdict(JSON.parse(readFileSync(file, "utf8")));
    const tell = (t, language) => ({
      words: tellCategory(verdict, t),
      lines: verdict.sentences.map((sentence) => tellSentence(sentence, verdict.rows, t, language)),
      rows: verdict.rows.map((row) => [row.row, nameOfRow(row.row, verdict.rows, t),
        row.remarks.map((remark) => tellSentence(remark, verdict.rows, t, language))]),
    });
    return Object.fromEntries(LANGUAGES.map((language) => [language, tell(translator(language), language)]));
  },
  methods: (file) => {
    const methods = readMethods(JSON.parse(readFileSync(file, "utf8")));
    const tell = (method) => LANGUAGES.map((language) => [language, tellAssumed(method, translator(language))]);
    return methods.map((method) => ({ ...method, said: Object.fromEntries(tell(method)) }));
  },
  offsets: (file) => {
    const offsets = readOffsetsLeftOut(JSON.parse(readFileSync(file, "utf8")));
    return Object.fromEntries(LANGUAGES.map((language) => [language, tellOffsets(offsets, translator(language), language)]));
  },
  up: (pitch, roll) => upOf({ pitchDeg: Number(pitch), rollDeg: Number(roll) }),
  zones: (file) => readZones(JSON.parse(readFileSync(file, "utf8"))),
};

const [command, ...parameters] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await commands[command](...parameters)));
