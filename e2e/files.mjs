// Files that people bring and take away: workbooks made by hand and read back.
import { crc32, inflateRawSync } from 'node:zlib'

const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** An archive of the named parts, stored without packing. */
export function zip(parts) {
  const head = [], tail = []
  let at = 0
  for (const [name, content] of Object.entries(parts)) {
    const n = Buffer.from(name), data = Buffer.from(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x0800, 2) // names are UTF-8
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(data.length, 18)
    common.writeUInt16LE(n.length, 22)
    head.push(Buffer.from('PK\x03\x04', 'latin1'), common, n, data)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    tail.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, n)
    at += 30 + n.length + data.length
  }
  const directory = Buffer.concat(tail), end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(head.length / 4, 8)
  end.writeUInt16LE(head.length / 4, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...head, directory, end])
}

/** The parts of an archive by name. */
export function unzip(buffer) {
  const out = {}
  const end = buffer.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  for (let i = 0, at = buffer.readUInt32LE(end + 16); i < buffer.readUInt16LE(end + 10); i++) {
    const [packed, nameLength, extra, comment] = [buffer.readUInt32LE(at + 20), ...[28, 30, 32].map((o) => buffer.readUInt16LE(at + o))]
    const name = buffer.toString('utf8', at + 46, at + 46 + nameLength), local = buffer.readUInt32LE(at + 42)
    const start = local + 30 + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28)
    const data = buffer.subarray(start, start + packed)
    out[name] = buffer.readUInt16LE(at + 10) === 8 ? inflateRawSync(data) : data
    at += 46 + nameLength + extra + comment
  }
  return out
}

/** A workbook of one sheet with these rows of at most 26 texts; `more` adds parts. */
export function workbook(rows, more = {}) {
  const cell = (t, row, i) => `<c r="${String.fromCharCode(65 + i)}${row}" t="inlineStr"><is><t>${escape(t)}</t></is></c>`
  return zip({
    '[Content_Types].xml': '<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    '_rels/.rels': `<Relationships><Relationship Id="rId1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns:r="${REL}"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId1" Type="${REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows.map((r, i) => `<row r="${i + 1}">${r.map((t, k) => cell(t, i + 1, k)).join('')}</row>`).join('')}</sheetData></worksheet>`,
    ...more,
  })
}

/** The texts of a workbook's first sheet, row by row. */
export function rowsOf(buffer) {
  const parts = unzip(buffer)
  const texts = (xml) => [...xml.matchAll(/<t[ >][^<]*|<t>[^<]*/g)].map((m) => plain(m[0].replace(/^<t[^>]*>/, ''))).join('')
  const shared = [...(parts['xl/sharedStrings.xml']?.toString() ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map((m) => texts(m[1]))
  return [...parts['xl/worksheets/sheet1.xml'].toString().matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map(([, row]) => {
    const out = []
    for (const [, at, type, body] of (row ?? '').matchAll(/<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const value = /<v>(.*?)<\/v>/s.exec(body ?? '')?.[1] ?? ''
      out[column(at)] = type.includes('t="s"') ? shared[value] : type.includes('inlineStr') ? texts(body) : plain(value)
    }
    return Array.from(out, (t) => t ?? '')
  })
}

const column = (letters) => [...letters].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1
const escape = (t) => t.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c])
const plain = (t) => t.replace(/&#(x?)([0-9a-f]+);/gi, (_, x, n) => String.fromCodePoint(parseInt(n, x ? 16 : 10)))
  .replace(/&(lt|gt|quot|apos|amp);/g, (_, n) => ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' })[n])
