/** AudioWorklet: the root mean square of microphone (input 0) and agent (1) for each 10 ms, posted every 40 ms, or 100 ms in silence. */

class LevelMeter extends AudioWorkletProcessor {
  constructor() {
    super();
    this.size = Math.round(sampleRate / 100);
    this.sums = [0, 0];
    this.seen = 0;
    this.batch = [];
  }

  process(inputs) {
    const [mic, agent] = [inputs[0]?.[0], inputs[1]?.[0]];
    for (let i = 0; i < 128; i++) {
      if (mic) this.sums[0] += mic[i] * mic[i];
      if (agent) this.sums[1] += agent[i] * agent[i];
      if (++this.seen === this.size) this.close(i);
    }
    return true;
  }

  /** A block ends with sample `i`. */
  close(i) {
    const [mic, agent] = this.sums.map((sum) => Math.sqrt(sum / this.size));
    this.batch.push(currentTime + i / sampleRate, mic, agent);
    this.sums = [0, 0];
    this.seen = 0;
    if (this.batch.length < (mic + agent > 0.002 ? 4 : 10) * 3) return;
    this.port.postMessage(this.batch);
    this.batch = [];
  }
}

registerProcessor("greenroom-level-meter", LevelMeter);
