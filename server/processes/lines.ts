/** Reads what a program writes, line by line. */

/** Calls `take` with each line that is not empty, the unfinished last one too. Resolves at the stream's end. */
export async function eachLine(
  stream: ReadableStream<Uint8Array>,
  take: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let rest = '';
  for (;;) {
    const { done, value: chunk } = await reader.read();
    if (done) break;
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\n|\r/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') take(line);
    // A program that never ends its line must not fill the memory.
    if (rest.length > 65_536) rest = '';
  }
  if (rest !== '') take(rest);
}
