import { ApiError } from '../api/problem'

// What the server keeps and browsers can play, the widest first.
const FORMATS = [
  { mime: 'audio/mp4', ext: 'm4a' },
  { mime: 'audio/webm;codecs=opus', ext: 'webm' },
  { mime: 'audio/webm', ext: 'webm' },
  { mime: 'audio/ogg;codecs=opus', ext: 'ogg' },
]
// Speech is clear at this rate: ten minutes are 2.4 MB.
const BITS = 32000
/** The longest recording, in seconds. */
export const LONGEST = 15 * 60

/** Whether this browser can record here: old ones cannot, and none does without
 * HTTPS (or on this computer itself). */
export function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && !!navigator.mediaDevices?.getUserMedia && !!format()
}

function format() {
  return FORMATS.find((f) => MediaRecorder.isTypeSupported(f.mime))
}

export interface Recording {
  /** Ends it and gives the file. */
  stop: () => Promise<File>
  /** Ends it and throws it away. */
  drop: () => void
}

/** Begins to record; throws ApiError with what to do when it may not. */
export async function record(now = new Date()): Promise<Recording> {
  const as = format()!
  let stream: MediaStream
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  } catch (e) {
    const missing = e instanceof DOMException && e.name === 'NotFoundError'
    throw new ApiError(0, 'microphone', missing ? '没有找到麦克风。可以用手机自带的录音机录好，再从“选文件”里传。'
      : '没有允许使用麦克风。请在浏览器的网站设置里允许麦克风，再点一次“录音”。')
  }
  const parts: Blob[] = []
  const rec = new MediaRecorder(stream, { mimeType: as.mime, audioBitsPerSecond: BITS })
  rec.ondataavailable = (e) => { if (e.data.size) parts.push(e.data) }
  const over = new Promise<void>((done) => { rec.onstop = () => { stream.getTracks().forEach((t) => t.stop()); done() } })
  const end = (): Promise<void> => { if (rec.state !== 'inactive') rec.stop(); return over }
  rec.start(1000)
  return {
    stop: async () => {
      await end()
      return new File(parts, recordingName(now, as.ext), { type: as.mime.split(';')[0] })
    },
    drop: () => { void end() },
  }
}

/** 录音 0930.m4a: the hour and minute tell several of one day apart. */
export function recordingName(at: Date, ext: string): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `录音 ${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}${two(at.getMinutes())}.${ext}`
}
