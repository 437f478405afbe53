// Loaded before a server that would listen on every interface: then it listens on this machine only.
const { Server } = require("node:net");
const listen = Server.prototype.listen;
Server.prototype.listen = function (port, host, ...rest) {
  return listen.call(this, port, typeof host === "string" ? host : "127.0.0.1", ...rest);
};
