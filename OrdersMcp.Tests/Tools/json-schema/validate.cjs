// node validate.cjs MODULE < {"name": schema, …}: what of the schemas the meta-schema of JSON Schema 2020-12 refuses, or
// what clients that compile them cannot. MODULE is Ajv's build for that draft, which holds the official meta-schema.
const Ajv = require(process.argv[2]).default;
const schemas = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

let problems = 0;
for (const [name, schema] of Object.entries(schemas)) {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false, addUsedSchema: false });
  try {
    if (!ajv.validateSchema(schema)) {
      throw new Error(ajv.errorsText(ajv.errors));
    }
    ajv.compile(schema);
  } catch (error) {
    problems++;
    console.log(`${name}: ${error.message}`);
  }
}

console.log(`${Object.keys(schemas).length} schemas, ${problems} problems`);
process.exitCode = problems > 0 ? 1 : 0;
