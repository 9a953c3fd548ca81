/** AudioWorklet: the root mean square of two inputs (0 = microphone, 1 = agent) for each 10 ms, four at a time. */

const BLOCK_S = 0.01;
const BATCH = 4;

class LevelMeter extends AudioWorkletProcessor {
  constructor() {
    super();
    this.size = Math.round(sampleRate * BLOCK_S);
    this.sums = [0, 0];
    this.seen = 0;
    this.batch = [];
  }

  process(inputs) {
    const [mic, agent] = [inputs[0]?.[0], inputs[1]?.[0]];
    for (let i = 0; i < 128; i++) {
      const [m, a] = [mic ? mic[i] : 0, agent ? agent[i] : 0];
      this.sums[0] += m * m;
      this.sums[1] += a * a;
      if (++this.seen === this.size) this.close(i);
    }
    return true;
  }

  /** A block ends with sample `i` of this render quantum. */
  close(i) {
    const [mic, agent] = this.sums.map((sum) => Math.sqrt(sum / this.size));
    this.batch.push(currentTime + i / sampleRate, mic, agent);
    this.sums = [0, 0];
    this.seen = 0;
    if (this.batch.length < BATCH * 3) return;
    this.port.postMessage(this.batch);
    this.batch = [];
  }
}

registerProcessor("greenroom-level-meter", LevelMeter);
