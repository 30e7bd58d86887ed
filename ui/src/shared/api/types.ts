// The API's shapes by the names the desk uses. All come from schema.d.ts, which
// `npm run api` writes from the server's own document; what is added here is only
// what that document cannot say: which objects may be null, and closed sets of words.
import type { components, paths as generated } from './schema'

type S = components['schemas']
type OrNull<T, K extends keyof T> = Omit<T, K> & { [P in K]: T[P] | null }

export interface Coded { code: string; name: string; hint?: string }
/** What a kind of body does, by the rulebook. */
export interface BodyKind extends Coded { registers: boolean; holdsMatters: boolean; holdsPetitions: boolean; countySight: boolean; office?: string }
/** RFC 3339 with +08:00. */
export type Instant = string

export type Me = OrNull<S['AccountMe'], 'body'>
export type Pending = S['MatterPendingView']
export type NextClock = S['MatterNextView']
/** Where the words of a search were found: a short window, the words marked. */
export type Hit = S['MatterHitView']
export type MatterRow = OrNull<S['MatterRowView'], 'next' | 'pending'>
export type Demand = S['MatterDemandView']
export type Party = OrNull<S['MatterPartyView'], 'consent'>
export type Deadline = S['MatterDeadlineView']
export type Attachment = S['MatterFileView']
export type Uploaded = S['AttachmentItem']
export type TimelineItem = OrNull<S['MatterEntryView'], 'actor' | 'org'>
export type NewMatter = S['MatterNewMatter']
export type OnTheSpot = S['MatterOnTheSpot']
export type BulkResult = S['MatterBulkResult']
export type Contact = S['MatterRevealed']
export type Changes = S['MatterChanges']
export type Org = S['OrgItem']
export type StatsSummary = S['StatsSummary']
export type Rate = S['StatsRate']
export type Option = S['MatterOption']
export type FieldError = S['ErrsField']

export type FieldType =
  | 'text' | 'longText' | 'choice' | 'bool' | 'tick' | 'date' | 'instant' | 'integer' | 'money'
  | 'org' | 'orgs' | 'party' | 'parties' | 'persons' | 'demand' | 'demands' | 'matter'
  | 'attachment' | 'paper' | 'matterFields' | 'newParties' | 'newDemands'
export type Field = Omit<S['MatterField'], 'type'> & { type: FieldType }
export type Action = Omit<S['MatterActionView'], 'fields'> & { fields: Field[] }

export type Matter = Omit<OrNull<S['MatterView'], 'next' | 'pending' | 'undo'>, 'actions' | 'parties'> & { actions: Action[]; parties: Party[]; }
export interface Page<T> { items: T[]; nextCursor: string | null; total: number; totalIsMinimum?: boolean }
export interface Todo { groups: (Omit<S['MatterGroup'], 'items'> & { items: MatterRow[] })[]; now: Instant }
export type Slip = Omit<S['MatterToSlip'], 'matter'> & { matter: Matter }
export interface NewMatterForm { fields: Field[]; onTheSpot: Field[] }
export type Problem = Partial<S['Problem']>

/** The rulebook is the county's data; its document is open. */
export interface Rulebook {
  id: string
  name: string
  effectiveFrom: string
  levels: Coded[]
  kinds: BodyKind[]
  statuses: Coded[]
  lists: Coded[]
  categories: Coded[]
  sources: Coded[]
  concerns: Coded[]
  riskLevels: Coded[]
  partyRoles: Coded[]
  petitionTypes: Coded[]
  /** Paths of the content classification, `第一级/第二级/第三级`. */
  petitionCategories: string[]
  channels: Coded[]
  courtModes: Coded[]
  reasons: Record<string, Coded[]>
  remedies: Coded[]
  resolveBy: Coded[]
  undoMinutes: number
  attachments?: { maxBytes: number; types: string[] }
}

/** A matter like another; outside the caller's scope only what names nobody. */
export interface Similar {
  matter: { id?: string; number?: string; title?: string; status?: string; statusName?: string; place?: string; holder?: string; categoryName: string; level?: string; month?: string }
  inScope: boolean
  how: string
  closedMonth: string
  why: string[]
  words: string[]
}
export type Notice = OrNull<S['NoticeView'], 'matter' | 'org' | 'digest'>
export interface NoticeSummary { unread: number; urgent: Notice[] }
/** What somebody who found or sent it up says of its end: is it really solved. */
export type Opinion = S['MatterOpinionView']
/** A few figures of the caller's scope; each `filters` leads to exactly its rows. */
export type HomeFigures = S['StatsHome']

export interface DemoInfo { logins: { login: string; who: string }[]; now: Instant }

type Ok<T> = { 200: { headers: object; content: { 'application/json': T } } }
type Loose = { query?: Record<string, string | number | boolean | string[] | undefined>; header?: never; cookie?: never }
type Get<T, Path = never> = { get: { parameters: Loose & ([Path] extends [never] ? { path?: never } : { path: Path }); requestBody?: never; responses: Ok<T> } }
type Send<T, B, Path = never> = { parameters: { query?: never; header?: never; cookie?: never } & ([Path] extends [never] ? { path?: never } : { path: Path }); requestBody: { content: { 'application/json': B } }; responses: Ok<T> }
type Id = { id: string }

// The generated calls with the answers sharpened as above.
type Sharper = {
  '/demo': Get<DemoInfo>
  '/me': Get<Me> & { patch: Send<Me, { phone: string }> }
  '/todo': Get<Todo>
  '/rulebook': Get<Rulebook>
  '/matters': Get<Page<MatterRow>> & { post: Send<Matter, NewMatter> }
  '/matters/new': Get<NewMatterForm>
  '/matters/{id}/similar': Get<{ items: Similar[] }, Id>
  '/matters/{id}/sameContact': { post: Send<{ items: MatterRow[] }, { party: string; by: 'phone' | 'idNumber' }, Id> }
  '/notices': Get<Page<Notice> & { unread: number }>
  '/matters/onTheSpot': { post: Send<Matter, OnTheSpot> }
  '/matters/{id}': Get<Matter, Id>
  '/matters/{id}/timeline': Get<{ items: TimelineItem[] }, Id>
  '/matters/{id}/slip': Get<Slip, Id>
  '/matters/{id}/reveal': { post: Send<Contact, S['RevealInputBody'], Id> }
  '/matters/{id}/actions': { post: Send<Matter, { action: string; version: number; input: object }, Id> }
}
export type paths = Omit<generated, keyof Sharper> & Sharper
