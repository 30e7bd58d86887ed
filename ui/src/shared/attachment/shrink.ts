/** Above this side (pixels) or weight (bytes) a photo is made smaller before it is
 * sent: enough to read a page of writing, a tenth of what phones take. */
const SIDE = 3000
const WEIGHT = 2 * 1024 * 1024
const QUALITY = 0.85

/** The size an image is drawn at so that its longer side is at most SIDE. */
export function fitted(width: number, height: number, side = SIDE): { width: number; height: number } {
  const long = Math.max(width, height)
  if (long <= side) return { width, height }
  return { width: Math.max(1, Math.round(width * side / long)), height: Math.max(1, Math.round(height * side / long)) }
}

/** Photos only: a drawing or a screenshot (PNG) would lose its sharp letters. */
export function isPhoto(type: string, name: string): boolean {
  return /^image\/(jpeg|webp|heic|heif)$/.test(type) || (!type && /\.(heic|heif)$/i.test(name))
}

/** Draws a large photo again, smaller, as JPEG and so without where it was taken.
 * Gives the file back as it is when it is small already, or the browser cannot:
 * the server strips it in any case. A photo in the iPhone's own format becomes
 * JPEG where the browser can read it. */
export async function shrink(file: File): Promise<File> {
  if (!isPhoto(file.type, file.name)) return file
  const url = URL.createObjectURL(file)
  try {
    const img = new Image()
    img.src = url
    await img.decode()
    const size = fitted(img.naturalWidth, img.naturalHeight)
    const foreign = !/^image\/(jpeg|webp)$/.test(file.type)
    if (!foreign && size.width === img.naturalWidth && file.size <= WEIGHT) return file
    const made = await drawn(img, size)
    if (!made || (!foreign && made.size >= file.size)) return file
    return new File([made], file.name.replace(/\.[^.]*$/, '') + '.jpg', { type: 'image/jpeg', lastModified: file.lastModified })
  } catch {
    return file
  } finally {
    URL.revokeObjectURL(url)
  }
}

async function drawn(img: HTMLImageElement, size: { width: number; height: number }): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  canvas.width = size.width
  canvas.height = size.height
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, size.width, size.height)
  pen.drawImage(img, 0, 0, size.width, size.height) // turned as the photo says
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
  canvas.width = canvas.height = 0 // old phones keep the pixels otherwise
  return made?.type === 'image/jpeg' ? made : null
}
