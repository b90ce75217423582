// Lints statements with Neo4j's own linter. Reads a list of {statement, parameters} in JSON on standard input; prints, for
// each, the list of what the linter says. The first argument names the folder that the linter is installed in.
const path = require("node:path");
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");

const installed = createRequire(path.join(process.argv[2], "package.json"));
const { lintCypherQuery } = installed("@neo4j-cypher/language-support");

const { labels, kinds, statements } = JSON.parse(readFileSync(0, "utf8"));
const known = { labels, relationshipTypes: kinds };
const said = statements.map(({ statement, parameters }) =>
  lintCypherQuery(statement, { ...known, parameters }).diagnostics.map((found) => found.message),
);
process.stdout.write(JSON.stringify(said));
