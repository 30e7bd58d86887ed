// The shapes of the API as the desk uses them.

export interface Coded { code: string; name: string }
export interface PersonRef { id: string; name: string }
/** RFC 3339 with +08:00. */
export type Instant = string

export interface Me {
  person: PersonRef
  body: (Coded & { level: string; kind: string }) | null
  bodies: { code: string; name: string; roles: Role[] }[]
  roles: Role[]
  admin: '' | 'system' | 'security' | 'auditor'
  mustChangePassword: boolean
  county: Coded
  demo: boolean
  now: Instant
}
export type Role = 'mediator' | 'head'

export type ClockState = 'running' | 'overdue' | 'paused' | 'stopped'

export interface NextClock {
  clock: string
  name: string
  dueAt: Instant
  state: ClockState
  provisional: boolean
}

/** A hand-over, proposal or referral that waits for a body. */
export interface Pending { action: string; name: string; body: Coded; since: Instant }

export interface MatterRow {
  id: string
  number: string
  kind: 'dispute' | 'petition'
  title: string
  category: string
  categoryName: string
  status: string
  statusName: string
  holder: Coded
  registeredAt: Instant | null
  updatedAt: Instant
  handOvers: number
  pending: Pending | null
  next: NextClock | null
  lists: string[]
  mergedInto: string | null
  void: boolean
  draft: boolean
  comeBack: boolean
  /** How the caller's body sees it: hold, pending, above, county, refer, help, read. */
  mode: string
  version: number
}

export interface Page<T> { items: T[]; nextCursor: string | null; total: number; totalIsMinimum?: boolean }

export interface TodoGroup { key: string; name: string; total: number; items: MatterRow[] }
export interface Todo { groups: TodoGroup[]; now: Instant }

export interface Demand {
  id: string
  text: string
  list: string
  listName: string
  listProposed: string
  listProposedName: string
  outcome: string
}

export interface Party {
  id: string
  role: string
  roleName: string
  name: string
  phone: string
  idNumber: string
  address: string
  consent: { given: boolean; at: Instant } | null
}

export interface Deadline {
  clock: string
  name: string
  org: Coded
  startedAt: Instant
  dueAt: Instant
  unit: 'day' | 'workday'
  days: number
  basis: string
  verified: boolean
  state: ClockState
  pausedAt: Instant | null
  pauseReason: string | null
  provisional: boolean
}

export interface Attempt {
  id: string; heldAt: Instant; outcome: string; outcomeName: string; note: string
  by: PersonRef; org: Coded; badge: boolean
}
export interface FollowUp {
  no: number; dueAt: Instant; doneAt: Instant | null
  performed: boolean | null; satisfied: boolean | null; note: string
}
export interface Help { id: string; body: Coded; task: string; dueAt: Instant; result: string | null; doneAt: Instant | null }
export interface Referral {
  id: string; to: Coded; mode: string; modeName: string; at: Instant
  outcome: string | null; outcomeName: string; doneAt: Instant | null; note: string
}
export interface Supervision { id: string; by: Coded; note: string; dueAt: Instant; reply: string | null }
export interface Advice { at: Instant; expert: string; opinion: string; org: Coded }
export interface Attachment { id: string; name: string; type: string; size: number; at: Instant; by: string }
export interface MatterLink { matter: string; number: string; title: string; why: string; note: string }

export interface Matter extends MatterRow {
  description: string
  source: string
  sourceName: string
  petitionType?: string
  channel?: string
  risk: { level: string; name: string; why: string; until: string | null }
  holder: Coded & { level: string; kind: string }
  registrant: Coded
  place: { text: string }
  headcount: number
  amountFen: number
  project: string | null
  concerns: string[]
  demands: Demand[]
  parties: Party[]
  appointed: PersonRef[]
  attempts: Attempt[]
  followUps: FollowUp[]
  helps: Help[]
  referrals: Referral[]
  supervisions: Supervision[]
  advices: Advice[]
  attachments: Attachment[]
  links: MatterLink[]
  externalIds: { system: string; number: string }[]
  deadlines: Deadline[]
  route: Coded[]
  resolvedHow?: string
  resolveNote?: string
  paper?: string
  noticeNote?: string
  onTheSpot: boolean
  foundAt: Instant | null
  acceptedAt: Instant | null
  resolvedAt: Instant | null
  endedAt: Instant | null
  clearedAt: Instant | null
  undo: { seq: number; until: Instant } | null
  actions: Action[]
}

export interface Action {
  action: string
  name: string
  primary: boolean
  hint: string
  fields: Field[]
}

export type FieldType =
  | 'text' | 'longText' | 'choice' | 'bool' | 'tick' | 'date' | 'instant' | 'integer' | 'money'
  | 'org' | 'orgs' | 'party' | 'parties' | 'persons' | 'demand' | 'demands' | 'matter'
  | 'attachment' | 'paper' | 'matterFields' | 'newParties'

export interface Option { code: string; name: string; hint?: string }

export interface Field {
  name: string
  label: string
  type: FieldType
  required: boolean
  options?: Option[] | null
  multiple?: boolean
  default?: unknown
  help?: string
  when?: { field: string; in: unknown[] } | null
}

export interface TimelineItem {
  seq: number
  at: Instant
  actor: PersonRef | null
  org: Coded | null
  action: string
  actionName: string
  from: string | null
  to: string | null
  text: string
  note: string | null
  changes: { field: string; label: string; old: string; new: string }[] | null
  reversed: boolean
  hash: string
}

export interface Org {
  code: string
  name: string
  shortName: string
  level: string
  levelName: string
  kind: string
  kindName: string
  parent: string | null
  sealBody: string | null
  population: number | null
  populationNote: string | null
  statCode: string | null
  civilCode: string | null
  openedOn: string | null
  closedOn: string | null
  aliases: string[] | null
  heads: number
  mediators: number
  children: number
}

export interface Rulebook {
  id: string
  name: string
  county: Coded | string
  effectiveFrom: string
  levels: Coded[]
  kinds: Coded[]
  statuses: Coded[]
  statusNames?: Record<string, Record<string, string>>
  lists: Coded[]
  categories: Coded[]
  sources: Coded[]
  concerns: Coded[]
  riskLevels: Coded[]
  partyRoles: Coded[]
  petitionTypes: Coded[]
  channels: Coded[]
  reasons: Record<string, Coded[]>
  remedies: Coded[]
  resolveBy?: Coded[]
  undoMinutes?: number
}

export interface StatsSummary {
  accepted: number
  resolved: number
  ended: number
  successRate: { numerator: number; denominator: number; percent: string | null }
  bodies: number
  mediators: number
}

export interface NewMatterForm { fields: Field[]; onTheSpot: Field[] }
export interface Changes { now: Instant; items: { id: string; number: string; version: number; at: Instant }[] }
export interface BulkResult { done: string[]; refused: { id: string; code: string; detail: string }[] }
export interface Slip { matter: Matter; mediator: string; org: Coded; sealed: Coded; printedAt: Instant }
export interface Contact { phone: string; idNumber: string; address: string }
export interface DemoInfo { logins: { login: string; who: string }[]; now: Instant }

export interface FieldError { field: string; message: string }
export interface Problem {
  type?: string
  title: string
  status: number
  detail: string
  code: string
  errors?: FieldError[] | null
  current?: Matter
}

// The calls, in the shape openapi-typescript writes, so that a generated `paths`
// takes this one's place without a change elsewhere.
type Op<Answer, Body = never, Query = never, Path = never> = {
  parameters: { query?: [Query] extends [never] ? never : Query; header?: never; cookie?: never }
    & ([Path] extends [never] ? { path?: never } : { path: Path })
  responses: { 200: { headers: object; content: { 'application/json': Answer } } }
} & ([Body] extends [never] ? { requestBody?: never } : { requestBody: { content: { 'application/json': Body } } })
type Params = Record<string, string | number | boolean | undefined>
type Id = { id: string }

export interface paths {
  '/session': { post: Op<Me, { username: string; password: string; otp?: string }>; delete: Op<unknown> }
  '/session/body': { put: Op<Me, { code: string }> }
  '/me': { get: Op<Me> }
  '/me/password': { put: Op<unknown, { old: string; new: string }> }
  '/demo': { get: Op<DemoInfo> }
  '/todo': { get: Op<Todo> }
  '/rulebook': { get: Op<Rulebook> }
  '/matters': { get: Op<Page<MatterRow>, never, Params>; post: Op<Matter, object> }
  '/matters/new': { get: Op<NewMatterForm> }
  '/matters/onTheSpot': { post: Op<Matter, object> }
  '/matters/confirmLists': {
    post: Op<BulkResult, { items: { id: string; version: number }[]; agree: boolean; except: string[]; note: string }>
  }
  '/matters/{id}': { get: Op<Matter, never, never, Id> }
  '/matters/{id}/timeline': { get: Op<{ items: TimelineItem[] }, never, never, Id> }
  '/matters/{id}/actions': { post: Op<Matter, { action: string; version: number; input: object }, never, Id> }
  '/matters/{id}/reveal': { post: Op<Contact, { party: string; reason?: string }, never, Id> }
  '/matters/{id}/slip': { get: Op<Slip, never, never, Id> }
  '/matters/{id}/attachments': { post: Op<Attachment, FormData, never, Id> }
  '/orgs': { get: Op<Page<Org>, never, Params> }
  '/orgs/{code}': { get: Op<Org, never, never, { code: string }> }
  '/stats/summary': { get: Op<StatsSummary, never, Params> }
}
