import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import "@xyflow/react/dist/base.css";
import "./theme/tokens.css";
import "./theme/base.css";
import "./theme/ui.css";
import "./theme/toolbar.css";
import "./theme/screens.css";
import "./theme/account.css";
import "./theme/graph.css";
import "./theme/panel.css";

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
