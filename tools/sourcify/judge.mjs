// How Sourcify's own library judges contracts: the ones on standard input, as `tools/second_opinion.py` writes them,
// on the chain of the node that the first argument names. Prints a JSON line for each.
import fs from 'fs'
import { createRequire } from 'module'

const [url, root] = process.argv.slice(2)
const { SolidityCompilation, SourcifyChain, Verification, setLibSourcifyLoggerLevel } =
  createRequire(`${process.cwd()}/`)('@ethereum-sourcify/lib-sourcify')
const require = createRequire(`${root}/`)
const soljson = require('solc/wrapper')(require('solc/soljson.js'))
const compiler = { compile: async (_, input) => JSON.parse(soljson.compile(JSON.stringify(input))) }

setLibSourcifyLoggerLevel(0)
const { chainId, contracts } = JSON.parse(fs.readFileSync(0, 'utf8'))
const node = { rpc: url, maskedUrl: url, urlWithoutApiKey: url }
const chain = new SourcifyChain({ name: 'under test', chainId, rpcs: [node], supported: true })
for (const { name, address, contract, version, input, transaction } of contracts) {
  const [path, target] = contract.split(':')
  const compilation = new SolidityCompilation(compiler, version, input, { path, name: target })
  const verification = new Verification(compilation, chain, address, transaction || undefined)
  let error = ''
  try { await verification.verify() } catch (caught) { error = caught.message }
  const { runtimeMatch, creationMatch } = verification.status
  process.stdout.write(`${JSON.stringify({ name, runtimeMatch, creationMatch, error })}\n`)
}
