export { type ChatAgentOptions, createChatAgent } from "./agent.js";
