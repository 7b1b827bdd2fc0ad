/** The page's own icons: strokes on a 24 × 24 grid, as path data, drawn by React and by the SVG export alike. */

export const PATHS = {
  processing: ["M8 8h8v8H8z", "M5 5h14v14H5z", "M9 2v3M15 2v3M9 19v3M15 19v3M2 9h3M2 15h3M19 9h3M19 15h3"],
  training: ["M9 3h6M10 3v6l-5 9a2 2 0 0 0 1.800 3h10.400a2 2 0 0 0 1.800-3l-5-9V3", "M7.500 15h9"],
  tuning: ["M4 7h9M17 7h3M4 17h3M11 17h9", "M15 5a2 2 0 1 0 0 4 2 2 0 0 0 0-4z", "M9 15a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"],
  transform: ["M4 8h13l-4-4M20 16H7l4 4"],
  model: ["M12 2.500l8 4.500v10l-8 4.500-8-4.500V7z", "M4 7l8 4.500L20 7M12 11.500v10"],
  register: ["M6 3h12v18l-6-4-6 4z", "M9.500 10l2 2 3.500-4"],
  condition: [
    "M12 2.500l9.500 9.500-9.500 9.500L2.500 12z",
    "M9.800 9.800a2.200 2.200 0 1 1 3.300 2c-.7.4-1.100.8-1.100 1.700M12 16.200v.1",
  ],
  lambda: ["M5 4h4l7 16h3", "M10.500 11L6 20"],
  callback: ["M3 6h18v12H3z", "M3 7l9 6.500L21 7"],
  cluster: ["M4 4h16v6H4zM4 14h16v6H4z", "M8 7h.1M8 17h.1"],
  check: ["M12 2.500l8 3v6c0 5-3.400 8.500-8 10-4.600-1.500-8-5-8-10v-6z", "M8.500 12l2.500 2.500 4.500-5"],
  fail: ["M8 3h8l5 5v8l-5 5H8l-5-5V8z", "M9 9l6 6M15 9l-6 6"],
  automl: ["M4 20L15 9", "M17 3v4M15 5h4M20 11v3M18.500 12.500h3M9 3v3M7.500 4.500h3"],
  endpoint: ["M7 18a4.500 4.500 0 0 1-.5-9A6 6 0 0 1 18 8.500 4.800 4.800 0 0 1 17.500 18z"],
  forEach: ["M4 11a7 7 0 0 1 12-4.500L19 9M19 4v5h-5", "M20 13a7 7 0 0 1-12 4.500L5 15M5 20v-5h5"],
  lineage: [
    "M6 8.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM6 20.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM18 14.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
    "M8.500 6c5 0 2.500 6 7 6M8.500 18c5 0 2.500-6 7-6",
  ],
  cleanup: ["M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13", "M10.500 11v5M13.500 11v5"],
  layers: ["M12 3l9 5-9 5-9-5z", "M3 12l9 5 9-5M3 16l9 5 9-5"],
  unknown: ["M5 5h3M11 5h3M17 5h2v2M19 10v4M19 17v2h-2M14 19h-4M7 19H5v-2M5 14v-4M5 8V5", "M12 9v4M12 16v.1"],

  data: [
    "M12 3c4.400 0 8 1.300 8 3s-3.600 3-8 3-8-1.300-8-3 3.600-3 8-3z",
    "M4 6v12c0 1.700 3.600 3 8 3s8-1.300 8-3V6M4 12c0 1.700 3.600 3 8 3s8-1.300 8-3",
  ],
  code: ["M8 6l-6 6 6 6M16 6l6 6-6 6M14 4l-4 16"],
  shield: ["M12 2.500l8 3v6c0 5-3.400 8.500-8 10-4.600-1.500-8-5-8-10v-6z"],
  shieldCheck: ["M12 2.500l8 3v6c0 5-3.400 8.500-8 10-4.600-1.500-8-5-8-10v-6z", "M8.500 12l2.500 2.500 4.500-5"],
  shieldWarn: ["M12 2.500l8 3v6c0 5-3.400 8.500-8 10-4.600-1.500-8-5-8-10v-6z", "M12 7.500v5M12 16v.1"],
  shieldOpen: ["M12 2.500l8 3v6c0 5-3.400 8.500-8 10-4.600-1.500-8-5-8-10v-6z", "M9 9l6 6M15 9l-6 6"],
  shieldUnknown: [
    "M12 2.500l8 3v6c0 5-3.400 8.500-8 10-4.600-1.500-8-5-8-10v-6z",
    "M10 9.500a2 2 0 1 1 3 1.800c-.7.4-1 .8-1 1.500M12 15.800v.1",
  ],

  ok: ["M12 2.500a9.500 9.500 0 1 0 0 19 9.500 9.500 0 0 0 0-19z", "M7.500 12.200l3 3 6-6.400"],
  bad: ["M12 2.500a9.500 9.500 0 1 0 0 19 9.500 9.500 0 0 0 0-19z", "M8.500 8.500l7 7M15.500 8.500l-7 7"],
  running: ["M12 2.500a9.500 9.500 0 1 0 9.500 9.500"],
  warn: ["M12 3l10 17.500H2z", "M12 9.500v5M12 17.500v.1"],
  idle: ["M12 2.500a9.500 9.500 0 1 0 0 19 9.500 9.500 0 0 0 0-19z", "M8 12h8"],
  info: ["M12 2.500a9.500 9.500 0 1 0 0 19 9.500 9.500 0 0 0 0-19z", "M12 11v5.500M12 7.500v.1"],

  search: ["M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13z", "M15.500 15.500L21 21"],
  refresh: ["M20 11a8 8 0 1 0-2.300 6.200M20 4v7h-7"],
  download: ["M12 3v12M7 10.500l5 5 5-5M4 20h16"],
  link: [
    "M10 14a4 4 0 0 0 5.700 0l3.500-3.500a4 4 0 0 0-5.700-5.700L12 6.300",
    "M14 10a4 4 0 0 0-5.700 0l-3.500 3.500a4 4 0 0 0 5.700 5.700l1.500-1.500",
  ],
  external: ["M14 4h6v6M20 4l-9 9", "M18 14v6H4V6h6"],
  copy: ["M9 9h11v11H9z", "M5 15H4V4h11v1"],
  close: ["M5 5l14 14M19 5L5 19"],
  plus: ["M12 4v16M4 12h16"],
  minus: ["M4 12h16"],
  fit: ["M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"],
  rotate: ["M3 4h7v6H3zM14 14h7v6h-7z", "M10 7h7.500v3.500M15 8.500l2.500 2.500 2.500-2.500"],
  down: ["M6 9l6 6 6-6"],
  up: ["M6 15l6-6 6 6"],
  left: ["M15 6l-6 6 6 6"],
  sort: ["M8 10l4-4 4 4M8 14l4 4 4-4"],
  compare: ["M4 4h6v16H4zM14 4h6v16h-6z", "M6.500 9h1M16.500 9h1M16.500 13h1"],
  reach: ["M4 12h5M9 12c4 0 4-7 8-7h3M9 12c4 0 4 7 8 7h3M9 12h11"],
  folder: ["M3 6h6l2 2.500h10V19H3z"],
  right: ["M9 6l6 6-6 6"],
  sun: [
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
    "M12 2v2.500M12 19.500V22M2 12h2.500M19.500 12H22M5 5l1.700 1.700M17.300 17.300L19 19M5 19l1.700-1.700M17.300 6.700L19 5",
  ],
  moon: ["M20 14.500A8.500 8.500 0 1 1 9.500 4a7 7 0 0 0 10.500 10.500z"],
  panel: ["M3 4h18v16H3z", "M14.500 4v16"],
  key: ["M8 12a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M11 13L20 4M16 8l3 3"],
  offline: [
    "M3 3l18 18",
    "M2 9a15 15 0 0 1 5-3M22 9a15 15 0 0 0-10-4M6 13a9 9 0 0 1 4-2M18 13a9 9 0 0 0-2.500-1.600M9.500 17a4 4 0 0 1 5 0",
  ],
  list: ["M8 6h13M8 12h13M8 18h13M3.500 6h.1M3.500 12h.1M3.500 18h.1"],
} as const satisfies Record<string, readonly string[]>;

export type IconName = keyof typeof PATHS;

const STEP_ICONS: Record<string, IconName> = {
  Processing: "processing",
  Training: "training",
  Tuning: "tuning",
  AutoML: "automl",
  Transform: "transform",
  Model: "model",
  RegisterModel: "register",
  Condition: "condition",
  Lambda: "lambda",
  Callback: "callback",
  EMR: "cluster",
  EMRServerless: "cluster",
  QualityCheck: "check",
  ClarifyCheck: "check",
  Fail: "fail",
  Endpoint: "endpoint",
  EndpointConfig: "endpoint",
  InferenceComponent: "endpoint",
  ForEach: "forEach",
  Lineage: "lineage",
  Job: "layers",
  Cleanup: "cleanup",
  Athena: "data",
  HubContent: "layers",
  BedrockCustomModel: "layers",
  BedrockCustomModelDeployment: "layers",
  BedrockModelImport: "layers",
  BedrockProvisionedModelThroughput: "layers",
};

export function stepIcon(type: string): IconName {
  return (Object.hasOwn(STEP_ICONS, type) && STEP_ICONS[type]) || "unknown";
}

export const SHIELD_ICONS = {
  green: "shieldCheck",
  amber: "shieldWarn",
  red: "shieldOpen",
  grey: "shieldUnknown",
} as const satisfies Record<string, IconName>;
